import { type ThemeConfig, theme } from 'antd';
import { useSyncExternalStore } from 'react';

const inDark = window.matchMedia('(prefers-color-scheme: dark)');
const still = window.matchMedia('(prefers-reduced-motion: reduce)');

function useQuery(query: MediaQueryList): boolean {
  const subscribe = (onChange: () => void) => {
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  };
  return useSyncExternalStore(subscribe, () => query.matches);
}

/**
 * antd's tokens in the shop's spruce green, light or dark as the system is.
 *
 * Where less motion is wished for, antd is told so: it places a list only after its animation has
 * ended, and does not notice the end of one that a style sheet has cut short.
 */
export function useDeskTheme(): ThemeConfig {
  const dark = useQuery(inDark);
  const motion = !useQuery(still);
  const accentText = dark ? '#6fcaa8' : '#1a6b50';
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    cssVar: { key: 'antd-vars' },
    token: {
      motion,
      colorPrimary: dark ? '#2c9670' : '#1f7a5c',
      colorInfo: dark ? '#2c9670' : '#1f7a5c',
      colorLink: accentText,
      borderRadius: 8,
      fontFamily:
        'system-ui, -apple-system, "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
    },
    components: {
      Tabs: { itemSelectedColor: accentText, itemHoverColor: accentText },
    },
  };
}

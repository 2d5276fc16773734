import { type ThemeConfig, theme } from 'antd';
import { useSyncExternalStore } from 'react';

const query = window.matchMedia('(prefers-color-scheme: dark)');

function subscribe(onChange: () => void): () => void {
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
}

/** antd's tokens in the shop's spruce green, light or dark as the system is. */
export function useDeskTheme(): ThemeConfig {
  const dark = useSyncExternalStore(subscribe, () => query.matches);
  const accentText = dark ? '#6fcaa8' : '#1a6b50';
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    cssVar: { key: 'antd-vars' },
    token: {
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

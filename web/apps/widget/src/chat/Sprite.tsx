/** ChatUI draws icons as `<use href="#icon-…">`; these are ours, so nothing is fetched from a CDN. */

const icons: Record<string, string> = {
  'arrow-down': 'M12 5v14M6 13l6 6 6-6',
  'check-circle': 'M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0M8 12.2l2.8 2.8L16.200 9.400',
  'check-circle-fill': 'M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0M8 12.2l2.8 2.8L16.200 9.400',
  'chevron-down': 'M6 9.500l6 6 6-6',
  'chevron-right': 'M9.500 6l6 6-6 6',
  'thumbs-down':
    'M7 14V4H4.500A1.500 1.500 0 0 0 3 5.500v7A1.500 1.500 0 0 0 4.500 14zM7 14l4 7a2.200 2.200 0 0 0 2.200-2.200V15h5.300a2 2 0 0 0 2-2.300l-1-7A2 2 0 0 0 17.500 4H7',
  'thumbs-up':
    'M7 10v10H4.500A1.500 1.500 0 0 1 3 18.500v-7A1.500 1.500 0 0 1 4.500 10zM7 10l4-7a2.200 2.200 0 0 1 2.200 2.200V9h5.300a2 2 0 0 1 2 2.300l-1 7a2 2 0 0 1-2 1.700H7',
  'warning-circle': 'M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0M12 7.500v5.500M12 16.200v.3',
  'warning-circle-fill': 'M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0M12 7.500v5.500M12 16.200v.3',
  address:
    'M12 21s7-6.200 7-11.500A7 7 0 0 0 5 9.500C5 14.800 12 21 12 21zM14.500 9.800a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0',
  agent:
    'M4 13v-1a8 8 0 0 1 16 0v1M4 13.500A1.500 1.500 0 0 1 5.500 12H7v6H5.500A1.500 1.500 0 0 1 4 16.500zM20 13.500a1.500 1.500 0 0 0-1.500-1.500H17v6h1.500a1.500 1.500 0 0 0 1.500-1.500zM18.500 18c0 2-2 3-4.500 3',
  bell: 'M6 16v-5a6 6 0 0 1 12 0v5l1.500 2h-15zM10 21h4',
  bullhorn: 'M4 10v4h3l8 4.500v-13L7 10zM18 9.500a3.500 3.500 0 0 1 0 5',
  close: 'M6 6l12 12M18 6L6 18',
  complaint: 'M4 5h16v11h-8l-4.500 4v-4H4zM12 8v3.500M12 13.600v.2',
  copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
  coupon:
    'M3.500 7h17v3.200a1.800 1.800 0 0 0 0 3.600V17h-17v-3.200a1.800 1.800 0 0 0 0-3.600zM14 9.500v5',
  invoice: 'M6 3.500h12v17l-3-2-3 2-3-2-3 2zM9 8.500h6M9 12.500h6',
  more: 'M5 12h.1M12 12h.1M19 12h.1',
  order: 'M6 3.500h12v17H6zM9 8h6M9 12h6M9 16h3.500',
  question:
    'M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0M9.500 9.500a2.500 2.500 0 1 1 3.600 2.300c-.7.4-1.100.9-1.100 1.700M12 16.500v.2',
  refund:
    'M4.500 12a7.500 7.500 0 1 0 2.400-5.500M4 4.500v3.500h3.500M9.500 8.500L12 11.500l2.500-3M12 11.500V16M9.800 13h4.400',
  exchange: 'M4 8.500h14M14.500 5L18 8.500 14.500 12M20 15.500H6M9.500 12L6 15.500 9.500 19',
  send: 'M12 19.500V5M6 11l6-6 6 6',
  source:
    'M5 4.500h10.500A2.500 2.500 0 0 1 18 7v12.500H7A2 2 0 0 1 5 17.500zM5 17.500A2 2 0 0 1 7 15.500h11M9 8.500h5',
  spinner: 'M12 3.500a8.500 8.500 0 1 1-8.500 8.500',
  'star-fill':
    'M12 3.500l2.600 5.500 6 .8-4.400 4.200 1.100 6L12 17.100 6.700 20l1.100-6L3.400 9.800l6-.8z',
  star: 'M12 3.500l2.600 5.500 6 .8-4.400 4.200 1.100 6L12 17.100 6.700 20l1.100-6L3.400 9.800l6-.8z',
  truck:
    'M3 6h11v10H3zM14 9.500h4l3 3.500v3h-7M8.500 17.500a1.800 1.800 0 1 1-3.600 0 1.800 1.800 0 0 1 3.600 0M19 17.500a1.800 1.800 0 1 1-3.600 0 1.800 1.800 0 0 1 3.600 0',
};

export function Sprite() {
  return (
    <svg width="0" height="0" aria-hidden="true" class="kf-sprite">
      {Object.entries(icons).map(([name, path]) => (
        <symbol id={`icon-${name}`} key={name} viewBox="0 0 24 24">
          <path
            d={path}
            fill={name === 'star-fill' ? 'currentColor' : 'none'}
            stroke="currentColor"
            stroke-width="1.8"
            stroke-linecap="round"
            stroke-linejoin="round"
          />
        </symbol>
      ))}
    </svg>
  );
}

import type { Hall, Option } from '@kefu/api';

/** Everything that the service hall offers. */
export function hallOptions(hall: Hall | null): Option[] {
  if (!hall) return [];
  return [
    ...hall.recommendations,
    ...hall.hot,
    ...hall.tools,
    ...hall.orders.flatMap((order) => order.options),
  ];
}

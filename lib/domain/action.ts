/** What Drover can do to a node. A provider offers some of them (see its manifest). */
export const actions = ['restart', 'start', 'stop', 'delete'] as const
export type Action = (typeof actions)[number]

import type { EhpcNode } from './state.ts'

/** What the app's health check says of a node at a time: late, because it needs three equal answers. */
export const healthAt = ({ health, healthTurn }: EhpcNode, now: number): EhpcNode['health'] =>
  healthTurn !== null && now >= healthTurn.at ? healthTurn.to : health

/** From `at` on the node is as `to` says, which its health shows `lag` ms later. */
export const turnHealth = (node: EhpcNode, to: EhpcNode['health'], at: number, lag: number): void => {
  node.health = healthAt(node, at)
  node.healthTurn = node.health === to ? null : { at: at + lag, to }
}

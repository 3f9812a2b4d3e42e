import type { Fault } from '../../infra/local/simulators/simulator.ts'

/** The simulator acts, its answer is never seen. */
export const lostAnswer: Fault = {
  when: 'after',
  // oxlint-disable-next-line unicorn/no-thenable -- a plain object, never a function
  then: { kind: 'close' },
}

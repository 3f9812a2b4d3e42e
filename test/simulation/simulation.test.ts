import { describe, expect, test } from 'vitest'
import { calm, type Profile } from './profile.ts'
import { callFaults, readFaults } from './cloud/wire.ts'
import { replayOf, traceOf } from './runs.ts'
import { type Run, simulate } from './simulate.ts'

const expectSound = async (run: Run): Promise<void> => {
  const said = run.violations.map(({ invariant, about, message }) => `${invariant} ${about}: ${message}`)
  if (said.length > 0) said.push(...(await traceOf(run)).slice(-40), replayOf(run))
  expect(said).toEqual([])
}

describe('whatever goes wrong', () => {
  const seeds = Array.from({ length: 10 }, (_, i) => i + 1)

  test.each(seeds)('no invariant breaks (seed %i)', async (seed) => {
    const run = await simulate({ seed, operations: 300 })

    await expectSound(run)
  })

  test('one seed is one run, to the last step', async () => {
    const [once, again]: [string[], string[]] = [[], []]
    for (const lines of [once, again]) await simulate({ seed: 7, operations: 60, trace: (line) => lines.push(line) })

    expect(once.length).toBeGreaterThan(1_000)
    expect(again).toEqual(once)
  })
})

/** One thing that goes wrong and from which nothing is lost, however often it does. */
const harmless: Record<string, Partial<Profile>> = {
  nothing: {},
  'messages come twice, late and out of order': { messageTwice: 0.5, messageLateMs: 60_000, visibilityMs: 5_000 },
  'messages are not taken': { messageRefused: 0.3 },
  'events are not taken': { eventRefused: 0.3 },
  'the index is late': { indexLagMs: 5_000 },
  'reads fail': { readFault: 0.5, faults: new Set(readFaults.filter((name) => name !== 'read unauthorized')) },
  'calls are throttled': { callFault: 0.5, faults: new Set(['too many']) },
  'calls are not sent': { callFault: 0.5, faults: new Set(['not sent']) },
  'calls are slow': { callFault: 0.5, faults: new Set(['acts, slowly']) },
  'jobs show themselves late': { jobHiddenMs: 20_000 },
  'jobs have no id': { jobWithoutId: 1 },
  'everybody asks twice': { askedAgain: 1 },
  'credentials cannot be read now': { credentialFailure: 0.3 },
  'keys are changed': { keyChanges: [10_000, 20_000, 60_000] },
  'the clouds are 20 minutes ahead': { skewMs: 20 * 60_000, keysLock: false },
  'the clouds are 20 minutes behind': { skewMs: -20 * 60_000, keysLock: false },
}

describe('nothing ends otherwise than well when', () => {
  test.each(Object.entries(harmless))('%s', async (_, changes) => {
    const run = await simulate({ seed: 1, operations: 150, profile: { ...calm, ...changes } })

    await expectSound(run)
    expect(run.statuses).toEqual({ SUCCEEDED: run.accepted })
    expect(run.uncounted).toBe(0)
    // An event that needs a look at the cloud first may want credentials in vain three times; then it is put back.
    expect(run.letters).toBeLessThanOrEqual(changes.credentialFailure === undefined ? 0 : 2)
    expect(run.accepted).toBeGreaterThan(140)
  })
})

describe('a wrong key', () => {
  const withWrongKey = (from: number, until: number): Promise<Run> =>
    simulate({ seed: 1, operations: 150, profile: { ...calm, keyWrong: { from, until } } })

  test('fails every operation, for a few refusals of each provider, however many batches there are', async () => {
    const run = await withWrongKey(0, 3_600_000)

    await expectSound(run)
    expect(run.statuses).toEqual({ FAILED: run.accepted })
    expect(run.refusals).toBeLessThanOrEqual(7 * 4)
    expect(run.faults.has('key locked')).toBe(false)
  })

  test('that is put right costs the batches that were refused or had waited for a minute, and no others', async () => {
    const run = await withWrongKey(15_000, 35_000)

    await expectSound(run)
    const { SUCCEEDED = 0, FAILED = 0, PARTIAL = 0, ...others } = run.statuses
    expect(others).toEqual({})
    expect(SUCCEEDED).toBeGreaterThan(130)
    expect(FAILED + PARTIAL).toBeGreaterThan(0)
    expect(run.refusals).toBeLessThanOrEqual(7 * 2)
    expect(run.faults.has('key locked')).toBe(false)
  })
})

// Each invocation of a run is a process that has never heard of the cloud's clock: several of them at once are the five wrong signatures.
test('a key that is locked for a clock that is off costs operations, and nothing that was promised', async () => {
  const run = await simulate({ seed: 1, operations: 150, profile: { ...calm, skewMs: 20 * 60_000 } })

  await expectSound(run)
  const { SUCCEEDED = 0, FAILED = 0, PARTIAL = 0, ...others } = run.statuses
  expect(others).toEqual({})
  expect(SUCCEEDED).toBeGreaterThan(FAILED + PARTIAL)
  expect(run.faults.get('key locked')).toBeGreaterThan(0)
})

test('every way in which a call can go wrong is one that a run can have', () => {
  expect([...callFaults, ...readFaults]).toHaveLength(24)
})

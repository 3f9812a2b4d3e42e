import { describe, expect, it } from 'vitest'
import { paced, paceOf } from '../../../lib/domain/pace.ts'
import { aManifest, aTiming, anAction } from '../../helpers/builders.ts'

const manifest = aManifest({
  actions: { restart: anAction({ timing: aTiming({ pollGridMs: 5_000, traceMs: 60_000 }) }) },
})

describe('a manifest at the pace of a stack', () => {
  it('is the same at the pace of a deployment', () => {
    expect(paced(manifest, { scale: 1 })).toStrictEqual(manifest)
  })

  it('has every duration shortened, and nothing else changed', () => {
    const fast = paced(manifest, { scale: 10 })

    expect(fast.actions.restart?.timing).toStrictEqual({
      expectedMs: 3_000,
      spread: 0.35,
      pollPriceMs: 25,
      maxPollGapMs: 6_000,
      firstPollMs: 200,
      pollGridMs: 500,
      deadlineMs: 180_000,
      graceMs: 6_000,
      visibilityMs: 6_000,
      traceMs: 6_000,
    })
    expect(fast.rateLimits).toStrictEqual([{ ...manifest.rateLimits[0], windowMs: 6_000 }])
    expect({ ...fast, actions: null, rateLimits: null }).toStrictEqual({ ...manifest, actions: null, rateLimits: null })
  })

  it('takes grace time and deadline as they are set, in real time', () => {
    const { timing } = paced(manifest, { scale: 10, graceMs: 2_000, deadlineMs: 9_000 }).actions.restart ?? anAction()

    expect(timing).toMatchObject({ graceMs: 2_000, deadlineMs: 9_000, expectedMs: 3_000 })
  })

  it('is never so fast that a machine with much to do could not keep up with a trace, nor slower than a deployment', () => {
    const traceMs = (ms: number, scale: number) =>
      paced(aManifest({ actions: { restart: anAction({ timing: aTiming({ traceMs: ms }) }) } }), { scale }).actions
        .restart?.timing.traceMs

    expect([traceMs(50_000, 60), traceMs(3_000, 60), traceMs(3_000, 1)]).toEqual([5_000, 3_000, 3_000])
  })

  it('keeps a trace that stays for good', () => {
    expect(paced(aManifest(), { scale: 10 }).actions.restart?.timing.traceMs).toBeNull()
  })

  it('is not changed in place', () => {
    const before = structuredClone(manifest)

    paced(manifest, { scale: 10 })

    expect(manifest).toStrictEqual(before)
  })
})

it('shortens a duration by the scale', () => {
  expect(paceOf({ scale: 60 })(60_000)).toBe(1_000)
})

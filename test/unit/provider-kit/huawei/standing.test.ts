import { describe, expect, it } from 'vitest'
import type { Action } from '../../../../lib/domain/action.ts'
import { changedSince, type Looked, standing } from '../../../../lib/provider-kit/huawei/server/standing.ts'

const NOW = Date.parse('2026-03-01T10:00:00.000Z')

const server = (
  status: string,
  task: string | null = null,
  updatedAt: number | null = NOW,
): Exclude<Looked, 'absent'> => ({
  id: '616fb98f-46ca-475e-917e-2563e5a8cd19',
  status,
  task,
  updatedAt,
  fault: null,
})

describe('a server', () => {
  it.each<[Action, string]>([
    ['restart', 'ACTIVE'],
    ['start', 'ACTIVE'],
    ['stop', 'SHUTOFF'],
    ['delete', 'DELETED'],
  ])('is at the goal of a %s when it is %s, and at rest in every other state', (action, goal) => {
    for (const status of ['ACTIVE', 'SHUTOFF', 'DELETED', 'ERROR', 'UNKNOWN'])
      expect(standing(action, server(status))).toBe(status === goal ? 'at-goal' : 'at-rest')
  })

  it.each<[Action, string]>([
    ['restart', 'reboot_started'],
    ['restart', 'rebooting_hard'],
    ['start', 'powering-on'],
    ['start', 'starting'],
    ['stop', 'powering-off'],
    ['stop', 'stopping'],
    ['delete', 'deleting'],
    ['delete', 'soft-deleting'],
  ])('is on the way for a %s while its task is %s, and busy for every other action', (mine, task) => {
    for (const action of ['restart', 'start', 'stop', 'delete'] as const)
      expect(standing(action, server('ACTIVE', task))).toBe(action === mine ? 'on-the-way' : 'busy')
  })

  it.each(['REBOOT', 'HARD_REBOOT'])('is on the way for a restart, and busy for the others, at %s', (status) => {
    const stands = (['restart', 'start', 'stop', 'delete'] as const).map((action) => standing(action, server(status)))

    expect(stands).toEqual(['on-the-way', 'busy', 'busy', 'busy'])
  })

  it('that is absent is at the goal of a delete, and at rest for the others', () => {
    const stands = (['restart', 'start', 'stop', 'delete'] as const).map((action) => standing(action, 'absent'))

    expect(stands).toEqual(['at-rest', 'at-rest', 'at-rest', 'at-goal'])
  })
})

describe('a change that is told in whole seconds', () => {
  it.each([
    [NOW, true],
    [NOW + 999, true],
    [NOW + 1_000, false],
    [NOW - 1, true],
  ])('may be after any moment of its second, and of no later one', (since, changed) => {
    expect(changedSince(server('ACTIVE', null, NOW), since)).toBe(changed)
  })

  it('is not known where no time is told', () => {
    expect(changedSince(server('ACTIVE', null, null), NOW)).toBeNull()
  })
})

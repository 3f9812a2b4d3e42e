import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { compilePattern } from './event-pattern.ts'
import { openJournal } from './journal.ts'
import type { Place } from './resource-types.ts'
import { TemplateError } from './template-error.ts'
import type { Template } from './template.ts'

/** An event as EventBridge delivers it. */
export type BusEvent = {
  version: '0'
  id: string
  'detail-type': string
  source: string
  account: string
  time: string
  region: string
  resources: string[]
  detail: Record<string, unknown>
}

export type NewEvent = Pick<BusEvent, 'source' | 'detail-type' | 'detail'> & Partial<BusEvent>

/** An event with its place in the order in which events were published. */
export type RecordedEvent = BusEvent & { sequence: number }

const busSchema = z.strictObject({
  Name: z.string(),
  Description: z.string().optional(),
  Policy: z.unknown().optional(),
  Tags: z.unknown().optional(),
})

const ruleSchema = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  EventBusName: z.string().default('default'),
  EventPattern: z.record(z.string(), z.unknown()),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(
    z.strictObject({
      Id: z.string(),
      Arn: z.string(),
      Input: z.string().optional(),
      DeadLetterConfig: z.unknown().optional(),
      RetryPolicy: z.unknown().optional(),
    }),
  ),
  Tags: z.unknown().optional(),
})

type Options = {
  place: Place
  file?: string
  /** Accepts an event, as JSON text, for a function. */
  deliver: (functionArn: string, payload: string) => void
  knows: (functionArn: string) => boolean
}

/** The account's default bus and those of the template, their rules, and a record of what was published on the latter. */
export const createBus = (template: Template, { place, file, deliver, knows }: Options) => {
  const names = new Set(['default', ...template.ofType('AWS::Events::EventBus', busSchema).map(({ name }) => name)])
  const rules = template
    .ofType('AWS::Events::Rule', ruleSchema)
    .filter(({ properties }) => properties.State === 'ENABLED')
    .map(({ logicalId, properties }) => {
      const stranger = properties.Targets.find(({ Arn }) => !knows(Arn))
      if (stranger) throw new TemplateError(`${logicalId}: target ${stranger.Arn} is no function of this stack`)
      if (!names.has(properties.EventBusName))
        throw new TemplateError(`${logicalId}: no bus ${properties.EventBusName}`)
      return {
        bus: properties.EventBusName,
        targets: properties.Targets,
        matches: compilePattern(properties.EventPattern),
      }
    })

  const journal = openJournal<RecordedEvent>(file)
  const recorded = [...journal.earlier]
  const listeners = new Set<(event: RecordedEvent) => void>()
  const record = (event: BusEvent) => {
    const item = { sequence: recorded.length + 1, ...event }
    journal.add(item)
    recorded.push(item)
    for (const listener of listeners) listener(item)
  }

  return {
    has: (name: string) => names.has(name),
    /** Puts an event on a bus and hands it to the targets of every rule that matches; answers the event's id. */
    publish: (bus: string, given: NewEvent) => {
      const event: BusEvent = {
        version: '0',
        id: given.id ?? randomUUID(),
        'detail-type': given['detail-type'],
        source: given.source,
        account: given.account ?? place.account,
        time: given.time ?? new Date().toISOString().replace(/\.\d+/, ''),
        region: given.region ?? place.region,
        resources: given.resources ?? [],
        detail: given.detail,
      }
      if (bus !== 'default') record(event)
      for (const rule of rules.filter((each) => each.bus === bus && each.matches(event))) {
        for (const { Arn, Input } of rule.targets) deliver(Arn, Input ?? JSON.stringify(event))
      }
      return event.id
    },
    /** What was published on the buses of the template after the given sequence number, in order. */
    events: (since = 0): RecordedEvent[] => recorded.slice(Math.max(0, since)),
    /** Calls the listener with every event from now on; answers how to stop that. */
    listen: (listener: (event: RecordedEvent) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export type Bus = ReturnType<typeof createBus>

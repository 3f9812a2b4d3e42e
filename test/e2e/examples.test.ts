import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readEnvelope } from '../../lib/flow/intake/envelope.ts'
import { Alarm } from '../../lib/flow/intake/alarm.ts'
import { remediate } from '../../lib/flow/intake/remediate.ts'
import { RemediationRules } from '../../lib/flow/intake/remediation-rules.ts'
import { compilePattern } from '../../infra/local/event-pattern.ts'
import { parseRequest } from '../../lib/domain/parse-request.ts'
import { plan } from '../../lib/domain/plan.ts'
import { providers } from '../../lib/providers/registry.ts'
import {
  alarmOf,
  droverEvents,
  endedOperations,
  requested,
  runningOperation,
  scheduledEvent,
} from '../helpers/event-samples.ts'
import { exampleFile, resourcesOf } from '../helpers/examples.ts'
import { at, ofType, resources, templateFile, textAt } from '../helpers/packaged.ts'
import { findingsOf } from '../helpers/validated.ts'

const templates = readdirSync(exampleFile('')).filter((file) => file.endsWith('.yml'))

const manifestOf = (id: string) => Object.values(providers).find(({ manifest }) => manifest.id === id)?.manifest

/** Whether Drover would take a request: throws with its problems when not. */
const planOf = (request: unknown) => {
  const parsed = parseRequest(request, manifestOf)
  return plan(parsed, manifestOf(parsed.provider)!)
}

describe('every example', () => {
  test('is one of three that are promised', () => {
    expect(templates).toEqual(['completion-to-sns.yml', 'nightly-restart.yml', 'repair-node.yml'])
  })

  test.each(templates)('%s passes the offline validator, warnings being failures', (file) => {
    expect(findingsOf(exampleFile(file))).toEqual([])
  })

  test.each(templates)('%s imports only what the stack exports', (file) => {
    const { Outputs } = JSON.parse(readFileSync(templateFile, 'utf8')) as {
      Outputs: Record<string, { Export: { Name: string } }>
    }
    const exported = new Set(
      Object.values(Outputs).map(({ Export }) => Export.Name.replace('drover-dev-', 'drover-prod-')),
    )
    const imported = [...JSON.stringify(resourcesOf(file)).matchAll(/cross-stack import: ([\w-]+)/g)].map(
      ([, name = '']) => name,
    )

    expect(imported.length > 0).toBe(file !== 'repair-node.yml')
    expect(imported.filter((name) => !exported.has(name))).toEqual([])
  })
})

describe('the nightly restart', () => {
  const all = resourcesOf('nightly-restart.yml')
  const target = all['Nightly']!.properties['Target']
  const atNight = (time: string): unknown =>
    JSON.parse(textAt(target, 'Input').replaceAll('<aws.scheduler.scheduled-time>', time))

  test('hands ingest a request that it takes', () => {
    const envelope = readEnvelope(atNight('2026-01-05T02:30:00Z'), 'invocation-1')

    expect(textAt(target, 'Arn')).toBe('cross-stack import: drover-prod-ingest-arn')
    expect(envelope.kind).toBe('schedule')
    expect(planOf('request' in envelope ? envelope.request : undefined).batches.flat()).toHaveLength(2)
  })

  test('is one operation a night, however often it is delivered', () => {
    const keyOf = (time: string, invocation: string) => {
      const envelope = readEnvelope(atNight(time), invocation)
      return 'key' in envelope ? envelope.key : undefined
    }

    expect(keyOf('2026-01-05T02:30:00Z', 'first')).toBe(keyOf('2026-01-05T02:30:00Z', 'second'))
    expect(keyOf('2026-01-06T02:30:00Z', 'first')).not.toBe(keyOf('2026-01-05T02:30:00Z', 'first'))
  })

  test('has a role that Scheduler takes for this group alone, to call Drover and keep what it could not', () => {
    const role = all['Role']!.properties
    const statements = at(role, 'Policies', 0, 'PolicyDocument', 'Statement') as Array<Record<string, unknown>>

    expect(textAt(target, 'RoleArn')).toBe('-> Role')
    expect(textAt(target, 'DeadLetterConfig', 'Arn')).toBe('-> Missed')
    expect(textAt(role, 'AssumeRolePolicyDocument', 'Statement', 0, 'Principal', 'Service')).toBe(
      'scheduler.amazonaws.com',
    )
    expect(at(role, 'AssumeRolePolicyDocument', 'Statement', 0, 'Condition', 'StringEquals')).toHaveProperty([
      'aws:SourceArn',
    ])
    expect(statements.map(({ Action, Resource }) => [Action, Resource])).toEqual([
      [['lambda:InvokeFunction'], ['cross-stack import: drover-prod-ingest-arn']],
      [['sqs:SendMessage'], ['-> Missed']],
    ])
  })
})

describe('the alarm that repairs a server', () => {
  const alarmName = textAt(resourcesOf('repair-node.yml')['Unreachable']!.properties, 'AlarmName')
  const { rules } = RemediationRules.parse(JSON.parse(readFileSync(exampleFile('repair-node.rules.json'), 'utf8')))

  test('wakes ingest by the rule that the stack of Drover has', () => {
    const rule = resources()['AlarmRule']!.Properties
    const matches = compilePattern(rule['EventPattern'] as Record<string, unknown>)

    expect(matches(alarmOf(alarmName))).toBe(true)
    expect(textAt(rule, 'Targets', 0, 'Arn', 'Fn::GetAtt', 0)).toBe('IngestLambdaFunction')
  })

  test('becomes, by the rules beside it, a request for that server that Drover takes', () => {
    const event = Alarm.parse(alarmOf(alarmName))
    const [remedy, ...more] = remediate(event, rules, event.observedAt + 1_000)

    expect(more).toEqual([])
    expect(remedy?.kind).toBe('request')
    expect(planOf(remedy?.kind === 'request' ? remedy.request : undefined).batches).toEqual([
      ['616fb98f-46ca-475e-917e-2563e5a8cd19'],
    ])
  })
})

describe('the topic of completions', () => {
  const rule = resourcesOf('completion-to-sns.yml')['Ended']!.properties
  const matches = compilePattern(rule['EventPattern'] as Record<string, unknown>)
  const others = [...droverEvents.filter((event) => !endedOperations.includes(event)), requested, scheduledEvent]

  test('is told of every way in which an operation ends, and of nothing else', () => {
    expect(endedOperations.filter((event) => !matches(event))).toEqual([])
    expect(others).toContain(runningOperation)
    expect(others.filter((event) => matches(event))).toEqual([])
  })

  test('gets a sentence of fields that the event has', () => {
    const paths = at(rule, 'Targets', 0, 'InputTransformer', 'InputPathsMap') as Record<string, string>
    const template = textAt(rule, 'Targets', 0, 'InputTransformer', 'InputTemplate')
    const used = [...template.matchAll(/<(\w+)>/g)].map(([, name = '']) => name)
    const found = Object.values(paths).map((path) => at(endedOperations[0], ...path.split('.').slice(1)))

    expect(new Set(used)).toEqual(new Set(Object.keys(paths)))
    expect(found.filter((value) => value === undefined || value === null)).toEqual([])
    expect(template).toMatch(/^"[^"]*"$/)
  })

  test('needs no rule of ours on its bus: it listens there by a rule of its own', () => {
    expect(ofType('AWS::Events::EventBus')).toHaveLength(1)
    expect(textAt(rule, 'EventBusName')).toBe('cross-stack import: drover-prod-bus')
  })
})

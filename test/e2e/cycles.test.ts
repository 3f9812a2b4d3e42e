import { expect, test } from 'vitest'
import { compilePattern } from '../../infra/local/event-pattern.ts'
import { droverEvents } from '../helpers/event-samples.ts'
import { at, ofType, resources, textAt } from '../helpers/packaged.ts'

type Edge = [from: string, to: string]

const referred = (value: unknown) => {
  const id = at(value, 'Fn::GetAtt', 0)
  return typeof id === 'string' ? [id] : []
}

const roleOf = (properties: Record<string, unknown>) => resources()[textAt(properties, 'Role', 'Fn::GetAtt', 0)]!

/** A function leads to the queues and buses that its role lets it write to. */
const writes = ofType('AWS::Lambda::Function').flatMap(([id, { Properties }]): Edge[] => {
  const statements = at(roleOf(Properties).Properties, 'Policies', 0, 'PolicyDocument', 'Statement') as Array<{
    Action: string[]
    Resource: unknown[]
  }>
  return statements
    .filter(({ Action }) => Action.some((action) => ['sqs:SendMessage', 'events:PutEvents'].includes(action)))
    .flatMap(({ Resource }) => Resource.flatMap(referred))
    .map((target) => [id, target])
})

/** A queue leads to who reads it, and to its dead-letter queue. */
const reads = [
  ...ofType('AWS::Lambda::EventSourceMapping').map(([, { Properties }]): Edge => [
    textAt(Properties, 'EventSourceArn', 'Fn::GetAtt', 0),
    textAt(Properties, 'FunctionName', 'Fn::GetAtt', 0),
  ]),
  ...ofType('AWS::SQS::Queue').flatMap(([id, { Properties }]) =>
    referred(at(Properties, 'RedrivePolicy', 'deadLetterTargetArn')).map((next): Edge => [id, next]),
  ),
]

/** A bus leads to the target of a rule that matches something of what Drover says: its functions say nothing else. */
const wakes = ofType('AWS::Events::Rule').flatMap(([, { Properties }]): Edge[] => {
  const bus = at(Properties, 'EventBusName', 'Ref')
  const matches = compilePattern(Properties['EventPattern'] as Record<string, unknown>)
  if (typeof bus !== 'string' || !droverEvents.some(matches)) return []
  return [[bus, textAt(Properties, 'Targets', 0, 'Arn', 'Fn::GetAtt', 0)]]
})

const edges = [...writes, ...reads, ...wakes]

const reachedFrom = (start: string) => {
  const found = new Set<string>()
  const open = [start]
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    for (const [from, to] of edges) {
      if (from !== here || found.has(to)) continue
      found.add(to)
      open.push(to)
    }
  }
  return found
}

test('Lambda lets a loop run exactly where the design has one: the poller, woken by the bus that it publishes to', () => {
  const functions = ofType('AWS::Lambda::Function')

  const inCycles = functions.filter(([id]) => reachedFrom(id).has(id)).map(([id]) => id)
  const allowed = functions.filter(([, { Properties }]) => Properties['RecursiveLoop'] === 'Allow').map(([id]) => id)

  expect(inCycles).toEqual(['PollerLambdaFunction'])
  expect(allowed).toEqual(inCycles)
})

import { arnOf, sub } from './references.ts'
import type { Settings } from './settings.ts'

/** The roles that publish, and may therefore speak in the name of Drover. */
export const publishingRoles = ['IngestRole', 'OperationsRole', 'PollerRole']

const rootOf = (accountId: string) => sub(`arn:\${AWS::Partition}:iam::${accountId}:root`)

type Statement = {
  Effect: 'Allow' | 'Deny'
  Principal: unknown
  Condition?: Record<string, Record<string, unknown>>
}

const policy = (sid: string, statement: Statement, after: string[]) => ({
  Type: 'AWS::Events::EventBusPolicy',
  // All of them write the one policy of the bus: at the same time they would be refused.
  ...(after.length > 0 ? { DependsOn: after } : {}),
  Properties: {
    EventBusName: { Ref: 'EventBus' },
    StatementId: sid,
    Statement: { Sid: sid, ...statement, Action: 'events:PutEvents', Resource: arnOf('EventBus') },
  },
})

/**
 * Who may put events on the bus of Drover: this account, as far as its own policies allow it; other accounts only where
 * the stage names them, and requests only. In the name of Drover nobody but the functions that publish speaks, so that a
 * consumer may believe an event.
 */
export const busPolicy = ({ requestAccounts }: Settings) => ({
  BusPolicyThisAccount: policy('ThisAccount', { Effect: 'Allow', Principal: { AWS: rootOf('${AWS::AccountId}') } }, []),
  BusPolicyOnlyDrover: policy(
    'OnlyDroverSpeaksForDrover',
    {
      Effect: 'Deny',
      Principal: '*',
      Condition: {
        StringEquals: { 'events:source': 'drover' },
        ArnNotEquals: { 'aws:PrincipalArn': publishingRoles.map(arnOf) },
      },
    },
    ['BusPolicyThisAccount'],
  ),
  ...(requestAccounts.length === 0
    ? {}
    : {
        BusPolicyRequests: policy(
          'RequestsOfOtherAccounts',
          {
            Effect: 'Allow',
            Principal: { AWS: requestAccounts.map(rootOf) },
            Condition: { StringEquals: { 'events:detail-type': 'Node Operation Requested' } },
          },
          ['BusPolicyOnlyDrover'],
        ),
      }),
})

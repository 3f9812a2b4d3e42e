import type { ServerResponse } from 'node:http'
import type { AwsManner } from './hostile-aws.ts'
import { send } from './hostile-cloud.ts'

/** Nothing is carried out: this error of the service is the answer. */
export const awsError =
  (status: number, type: string, message = 'as a test wants it'): AwsManner =>
  ({ response }) =>
    send(response, {
      status,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: JSON.stringify({ __type: type, message }),
    })

/** The connection is closed instead of an answer. */
export const closed: AwsManner = ({ response }) => response.socket?.destroy()

/** It is carried out, and the connection closed instead of an answer. */
export const answerLost: AwsManner = async (exchange) => {
  await exchange.act()
  closed(exchange)
}

type Entries<Entry> = { Entries: readonly Entry[] }
type Sent = { Successful: readonly object[]; Failed?: readonly object[] }
type Put = { Entries: readonly object[] }

/** Every second entry, beginning with the first. */
export const everySecond = (index: number): boolean => index % 2 === 0
export const everyEntry = (): boolean => true

/** SendMessageBatch: these messages are not taken, the others are. */
export const someFailed =
  (isRefused: (index: number) => boolean, error: { SenderFault: boolean; Code: string }): AwsManner =>
  async ({ response, text, act }) => {
    const input = JSON.parse(text) as Entries<{ Id: string }>
    const kept = input.Entries.filter((_, i) => !isRefused(i))
    const refused = input.Entries.filter((_, i) => isRefused(i))
    const failed = refused.map(({ Id }) => ({ Id, Message: 'as a test wants it', ...error }))
    const taken =
      kept.length === 0
        ? { Successful: [] }
        : (JSON.parse(String((await act({ ...input, Entries: kept })).body)) as Sent)
    sendJson(response, { ...taken, Failed: failed })
  }

/** PutEvents: these events are not taken, the others are. */
export const someEventsFailed =
  (isRefused: (index: number) => boolean, ErrorCode: string): AwsManner =>
  async ({ response, text, act }) => {
    const input = JSON.parse(text) as Entries<object>
    const kept = input.Entries.filter((_, i) => !isRefused(i))
    const taken =
      kept.length === 0 ? [] : (JSON.parse(String((await act({ ...input, Entries: kept })).body)) as Put).Entries
    const answers = taken.values()
    const Entries = input.Entries.map((_, i) =>
      isRefused(i) ? { ErrorCode, ErrorMessage: 'as a test wants it' } : answers.next().value,
    )
    sendJson(response, { FailedEntryCount: input.Entries.length - kept.length, Entries })
  }

const sendJson = (response: ServerResponse, value: unknown): void =>
  send(response, {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify(value),
  })

import { type AwsManner } from './hostile-aws.ts'
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

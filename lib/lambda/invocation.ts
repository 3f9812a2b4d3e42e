import type { Context } from 'aws-lambda'
import type { Metrics } from '../domain/metrics.ts'
import { type LogIds, withLogIds } from './log-ids.ts'

type Handler<Event, Result> = (event: Event, context: Context) => Promise<Result>

/**
 * The outermost layer of a function: its log lines have the id of the request, and what it counted is written when it is
 * over, well or not.
 *
 * @param about the thing that an event is about, where that can be told at once
 */
export const observed =
  <Event, Result>(
    { metrics }: { metrics: Metrics },
    handler: Handler<Event, Result>,
    about: (event: Event) => LogIds = () => ({}),
  ): Handler<Event, Result> =>
  (event, context) =>
    withLogIds({ ...about(event), requestId: context.awsRequestId }, async () => {
      try {
        return await handler(event, context)
      } finally {
        metrics.flush()
      }
    })

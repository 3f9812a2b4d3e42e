import { InvalidRequest } from '../../lib/domain/problem.ts'
import type { HttpRequest } from '../../lib/lambda/http-request.ts'

/** A call whose body would be ignored is refused: whoever sent one wanted something else. Throws InvalidRequest. */
export const noBody = ({ body }: Pick<HttpRequest, 'body'>, call: string): void => {
  if (body !== undefined && body !== '' && body !== '{}')
    throw new InvalidRequest([{ path: '', message: `${call} takes no body` }])
}

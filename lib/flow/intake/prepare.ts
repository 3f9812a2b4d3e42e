import { parseRequest } from '../../domain/parse-request.ts'
import { plan } from '../../domain/plan.ts'
import { InvalidRequest } from '../../domain/problem.ts'
import { type Clouds, rulesOf } from '../clouds.ts'

/** A request of any origin, parsed and planned. Throws InvalidRequest with every problem, or TooLarge. */
export const prepare = (body: unknown, { clouds }: { clouds: Clouds }) => {
  const request = parseRequest(body, (id) => clouds.find(id)?.manifest)
  const { provider, manifest } = rulesOf(clouds, request)
  const problems = provider.check?.(request, request.nodeIds) ?? []
  if (problems.length > 0) throw new InvalidRequest(problems)
  return { request, planned: plan(request, manifest) }
}

import * as z from 'zod'
import type { LocalFunction } from './lambda.ts'
import { TemplateError } from './template-error.ts'
import type { Template } from './template.ts'

const apiSchema = z.strictObject({ Name: z.string(), ProtocolType: z.literal('HTTP'), Tags: z.unknown().optional() })

const integrationSchema = z.strictObject({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.number().default(30_000),
})

const routeSchema = z.strictObject({
  ApiId: z.string(),
  RouteKey: z.string().regex(/^(GET|POST|PUT|PATCH|DELETE) \/[^+\s]*$/),
  Target: z.string(),
  AuthorizationType: z.enum(['NONE', 'AWS_IAM', 'JWT']).default('NONE'),
  AuthorizerId: z.unknown().optional(),
  AuthorizationScopes: z.unknown().optional(),
})

export type Route = {
  key: string
  method: string
  segments: string[]
  local: LocalFunction
  timeoutMs: number
}

export type Match =
  | { kind: 'route'; route: Route; parameters: Record<string, string> }
  | { kind: 'wrong method'; allowed: string[] }
  | { kind: 'no path' }

const isParameter = (segment: string) => segment.startsWith('{') && segment.endsWith('}')

const segmentsOf = (path: string) => path.split('/').slice(1)

/** The routes of the template's HTTP API, each with its function; one that is more exact comes before the others. */
export const readRoutes = (template: Template, functionOf: (arn: string) => LocalFunction | undefined): Route[] => {
  template.ofType('AWS::ApiGatewayV2::Api', apiSchema)
  const integrations = new Map(
    template
      .ofType('AWS::ApiGatewayV2::Integration', integrationSchema)
      .map(({ name, properties }) => [`integrations/${name}`, properties]),
  )
  return template
    .ofType('AWS::ApiGatewayV2::Route', routeSchema)
    .map(({ logicalId, properties }) => {
      const integration = integrations.get(properties.Target)
      const local = integration && functionOf(integration.IntegrationUri)
      if (!local) throw new TemplateError(`${logicalId}: ${properties.Target} leads to no function of this stack`)
      const [method = '', path = ''] = properties.RouteKey.split(' ')
      return {
        key: properties.RouteKey,
        method,
        segments: segmentsOf(path),
        local,
        timeoutMs: integration.TimeoutInMillis,
      }
    })
    .toSorted((one, other) => one.segments.filter(isParameter).length - other.segments.filter(isParameter).length)
}

const fits = ({ segments }: Route, given: string[]) =>
  segments.length === given.length &&
  segments.every((segment, index) => (isParameter(segment) ? given[index] !== '' : segment === given[index]))

/** Finds the route of a request; path parameters are decoded. Throws a URIError for a path that cannot be. */
export const findRoute = (routes: Route[], method: string, path: string): Match => {
  const given = segmentsOf(path)
  const candidates = routes.filter((route) => fits(route, given))
  const route = candidates.find((candidate) => candidate.method === method)
  if (!route) {
    return candidates.length === 0
      ? { kind: 'no path' }
      : { kind: 'wrong method', allowed: [...new Set(candidates.map((candidate) => candidate.method))] }
  }
  const parameters = route.segments.flatMap((segment, index) =>
    isParameter(segment) ? [[segment.slice(1, -1), decodeURIComponent(given[index] ?? '')]] : [],
  )
  return { kind: 'route', route, parameters: Object.fromEntries(parameters) as Record<string, string> }
}

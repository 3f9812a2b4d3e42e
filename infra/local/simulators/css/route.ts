import type { RawRequest } from '../simulator.ts'
import type { CssOddities } from './options.ts'

export type CssRoute =
  | { call: 'list'; projectId: string }
  | { call: 'detail' | 'v1' | 'v2' | 'rolling'; projectId: string; clusterId: string }

const PATH = /^\/(?<version>v[12]\.0)\/(?<projectId>[^/]+)\/clusters(?:\/(?<clusterId>[^/]+)(?:\/(?<verb>[^/]+))?)?$/u

/** Rolling restart has a path of its own in old (underscore) and new (hyphen) documents. */
const restartCall = (version: string, verb: string, oddities: CssOddities): 'v1' | 'v2' | 'rolling' | undefined => {
  const v1 = version === 'v1.0'
  if (verb === 'restart') return v1 ? 'v1' : 'v2'
  const rolling = verb === 'rolling-restart' || verb === 'rolling_restart'
  return rolling && (!v1 || oddities.rollingOnV1 === 'served') ? 'rolling' : undefined
}

/** Which call of the CSS API a request is; undefined for none that is served. */
export const cssRoute = ({ method, target }: RawRequest, oddities: CssOddities): CssRoute | undefined => {
  const { version = '', projectId = '', clusterId, verb } = PATH.exec(target.split('?')[0] ?? '')?.groups ?? {}
  if (method === 'POST' && clusterId !== undefined && verb !== undefined) {
    const call = restartCall(version, verb, oddities)
    return call === undefined ? undefined : { call, projectId, clusterId }
  }
  if (method !== 'GET' || version !== 'v1.0' || verb !== undefined) return undefined
  return clusterId === undefined ? { call: 'list', projectId } : { call: 'detail', projectId, clusterId }
}

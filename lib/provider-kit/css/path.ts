import type { Target } from '../../domain/work.ts'

/** Path of a cluster in one version of the API, with the words after it. */
export const clusterPath = (version: 'v1.0' | 'v2.0', target: Target, clusterId: string, verb?: string): string => {
  const parts = [version, target['projectId'] ?? '', 'clusters', clusterId, ...(verb === undefined ? [] : [verb])]
  return `/${parts.map(encodeURIComponent).join('/')}`
}

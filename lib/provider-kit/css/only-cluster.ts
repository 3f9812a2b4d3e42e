/** The one cluster of a call: the API takes one at a time, in the path. Throws Error for none or several. */
export const onlyCluster = (nodeIds: readonly string[]): string => {
  const [clusterId, ...others] = nodeIds
  if (clusterId === undefined || others.length > 0)
    throw new Error(`a CSS call is for one cluster, not ${nodeIds.length}`)
  return clusterId
}

import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate'

/** What the offline validator says against a template, in severity WARN and above. */
export const findingsOf = (file: string) => {
  const engine = new RegoEngine()
  try {
    const { diagnostics } = engine.validateStandard(new TemplateFile(file))
    return diagnostics.filter(({ severity }) => severity !== 'INFO')
  } finally {
    engine.free()
  }
}

/** What the packaged template asks for and the embedded stack cannot do. Nothing is started then. */
export class TemplateError extends Error {
  override name = 'TemplateError'
}

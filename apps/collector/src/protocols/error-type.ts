import { ERROR_TYPE } from '@sonde/shared/semconv'
import { Label } from './label.ts'

/** The attributes with `error.type` added, made once a label. `attributes` is a JSON object, or ''. */
export function withErrorType(attributes: Label, type: string): Label {
  if (attributes.derivedFor === type) return attributes.derived!
  const pair = `${JSON.stringify(ERROR_TYPE)}:${JSON.stringify(type)}`
  const text = attributes.text === '' ? `{${pair}}` : `${attributes.text.slice(0, -1)},${pair}}`
  attributes.derivedFor = type
  attributes.derived = new Label(text)
  return attributes.derived
}

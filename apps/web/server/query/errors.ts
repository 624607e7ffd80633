/** A parameter whose value can't be used; answered with 400 and its name. */
export class BadParameter extends Error {
  override readonly name = 'BadParameter'
  readonly parameter: string
  constructor(parameter: string, detail: string) {
    super(detail)
    this.parameter = parameter
  }
}

/** Nothing has this id; answered with 404. */
export class NotFound extends Error {
  override readonly name = 'NotFound'
}

/** It can't be done as things are; answered with 409. */
export class Conflict extends Error {
  override readonly name = 'Conflict'
}

/** An image in the engine, with the name under which it will be pushed. */
export interface LocalImage {
  readonly name: string;
  readonly imageId: string;
  /** The digest that the registry must report. @default unknown until it is pushed */
  readonly digest?: string;
}

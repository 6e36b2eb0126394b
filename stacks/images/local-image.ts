/** An image in the engine, with the name that it is to be pushed by. */
export interface LocalImage {
  readonly name: string;
  readonly imageId: string;
  /** What the registry must call it. @default known once it is pushed */
  readonly digest?: string;
}

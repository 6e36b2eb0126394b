import { GetPublicKeyCommand, type KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { hasName } from "../target/aws-error";
import { Refusal } from "../terminal/refusal";

/** The key of an environment, which signs and verifies its images. */
export class SigningKey {
  /**
   * @param id its alias, or the ARN of its alias in another account
   * @param suffix the environment
   */
  constructor(
    private readonly kms: KMSClient,
    readonly id: string,
    private readonly suffix: string,
  ) {}

  /**
   * In DER, as KMS returns it.
   *
   * @throws Refusal if there is no such key
   */
  async publicKey(): Promise<Uint8Array> {
    try {
      const { PublicKey: key } = await this.kms.send(new GetPublicKeyCommand({ KeyId: this.id }));
      return key ?? new Uint8Array();
    } catch (error) {
      if (!hasName(error, "NotFoundException")) throw error;
      throw new Refusal(
        `${this.suffix} has no key ${this.id}`,
        `Set sign: true for ${this.suffix} in environments.ts, and run: npx platform deploy ${this.suffix}`,
      );
    }
  }

  /**
   * The signature of a text of at most 4,096 bytes.
   *
   * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
   */
  async sign(text: Buffer): Promise<Uint8Array> {
    const { Signature: signature } = await this.kms.send(
      new SignCommand({
        KeyId: this.id,
        Message: text,
        MessageType: "RAW",
        SigningAlgorithm: "ECDSA_SHA_256",
      }),
    );
    return signature ?? new Uint8Array();
  }
}

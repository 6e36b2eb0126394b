import { GetPublicKeyCommand, type KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { hasName } from "../target/aws-error";
import { Refusal, type Report } from "../terminal/refusal";
import { onceTagsCount } from "./new-key";

/** How the person at the terminal follows a wait for a new key, and ends it. */
interface Wait {
  readonly report: Report;
  readonly signal: AbortSignal;
}

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
    private readonly wait: Wait,
  ) {}

  /**
   * In DER, as KMS returns it.
   *
   * @throws Refusal if there is no such key; Failure as `onceTagsCount` does
   */
  async publicKey(): Promise<Uint8Array> {
    try {
      const command = new GetPublicKeyCommand({ KeyId: this.id });
      const { PublicKey: key } = await this.allowed(async () => await this.kms.send(command));
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
   * @throws Failure as `onceTagsCount` does
   * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
   */
  async sign(text: Buffer): Promise<Uint8Array> {
    const command = new SignCommand({
      KeyId: this.id,
      Message: text,
      MessageType: "RAW",
      SigningAlgorithm: "ECDSA_SHA_256",
    });
    const { Signature: signature } = await this.allowed(async () => await this.kms.send(command));
    return signature ?? new Uint8Array();
  }

  private async allowed<Answer>(request: () => Promise<Answer>): Promise<Answer> {
    return await onceTagsCount(request, { kms: this.kms, id: this.id, ...this.wait });
  }
}

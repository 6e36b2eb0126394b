import { Type } from "typebox";

/** A body that is exactly `{"status":"…"}`. */
export function statusSchema<const Status extends string>(status: Status) {
  return Type.Object({ status: Type.Enum([status], { type: "string" }) });
}

import { addresses } from "./address";
import { alarmSections } from "./alarm-sections";
import { changeSections } from "./change-sections";
import { costSection } from "./cost-section";
import { firstMinutes } from "./first-minutes";
import type { Handbook } from "./handbook";
import { logSection } from "./log-section";
import { opening, writtenLine } from "./opening";
import type { HandbookDocument } from "./rendering/document";
import { serviceSections } from "./service-sections";
import { storeSections } from "./store-sections";

/** The handbook in the order in which somebody on call needs it. */
export function handbookDocument(handbook: Handbook): HandbookDocument {
  return {
    title: `Handbook of ${handbook.name}`,
    written: writtenLine(handbook),
    blocks: opening(handbook),
    sections: [
      firstMinutes(handbook),
      {
        title: "Diagram",
        blocks: [{ kind: "diagram", topology: handbook.topology }],
      },
      addresses(handbook),
      serviceSections(handbook),
      alarmSections(handbook),
      logSection(handbook),
      ...changeSections(handbook),
      ...storeSections(handbook),
      costSection(handbook),
    ],
  };
}

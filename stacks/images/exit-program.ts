import type { Processor } from "../../spec/images";

/** Where the program is in memory; a multiple of the largest page, which is 64 KiB on ARM. */
const ADDRESS = 0x400000;
const LARGEST_PAGE = 0x10000;
const ELF_HEADER = 64;
const HEADERS = ELF_HEADER + 56;

/** The processor's number in ELF, and the instructions that end a Linux program with 0. */
const PROCESSORS = {
  // mov eax, 60 (exit); xor edi, edi; syscall
  amd64: { machine: 62, code: "b83c000000 31ff 0f05" },
  // mov x0, 0; mov x8, 93 (exit); svc 0
  arm64: { machine: 183, code: "000080d2 a80b80d2 010000d4" },
} as const;

/**
 * The smallest program for a processor: it ends at once, with 0. It needs no library and no file.
 *
 * @see https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
 */
export function exitProgram(processor: Processor): Buffer {
  const { machine, code } = PROCESSORS[processor];
  const instructions = Buffer.from(code.replaceAll(" ", ""), "hex");
  const size = HEADERS + instructions.length;
  return Buffer.concat([elfHeader(machine), programHeader(size), instructions]);
}

/** A program of 64 bits, the lowest byte first, whose instructions follow its two headers. */
function elfHeader(machine: number): Buffer {
  const header = Buffer.alloc(ELF_HEADER);
  header.write("\x7fELF\x02\x01\x01", "latin1");
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(machine, 18);
  header.writeUInt32LE(1, 20);
  header.writeUInt32LE(ADDRESS + HEADERS, 24);
  header.writeUInt32LE(ELF_HEADER, 32);
  header.writeUInt16LE(ELF_HEADER, 52);
  header.writeUInt16LE(HEADERS - ELF_HEADER, 54);
  header.writeUInt16LE(1, 56);
  return header;
}

/** All of the file is loaded, to be read and executed. */
function programHeader(size: number): Buffer {
  const header = Buffer.alloc(HEADERS - ELF_HEADER);
  header.writeUInt32LE(1, 0);
  header.writeUInt32LE(5, 4);
  header.writeUInt32LE(ADDRESS, 16);
  header.writeUInt32LE(ADDRESS, 24);
  header.writeUInt32LE(size, 32);
  header.writeUInt32LE(size, 40);
  header.writeUInt32LE(LARGEST_PAGE, 48);
  return header;
}

/** The export table's position in the file and in memory. */
const [offset, address] = [0x200, 0x1000];
const tableSize = 40;

/**
 * Returns a `bcryptprimitives.dll`, which programs in Go and Rust, such as esbuild, load, and which Wine 8 lacks. Its
 * only function, `ProcessPrng`, is forwarded to an equivalent function in advapi32, so the file contains no code.
 * @see https://learn.microsoft.com/windows/win32/debug/pe-format
 */
export function randomDll(): Buffer {
  const file = Buffer.alloc(2 * offset);
  const put = (at: number, ...words: readonly number[]): void => {
    for (const [index, word] of words.entries()) file.writeUInt32LE(word, at + 4 * index);
  };
  file.write('MZ', 0, 'latin1');
  put(0x3c, 0x40);
  file.write('PE', 0x40, 'latin1');
  // x64, one section, 0xf0 bytes of optional header; an executable DLL.
  put(0x44, 0x1_8664, 0, 0, 0, 0x2022_00f0);
  // PE32+: image base 0x1_8000_0000, alignments, Windows 6.0, sizes of image and headers, console, 16 directories.
  put(
    0x58,
    0x20b,
    0,
    0,
    0,
    0,
    address,
    0x8000_0000,
    1,
    address,
    offset,
    6,
    0,
    6,
    0,
    2 * address,
    offset,
    0,
    0x100_0003,
  );
  put(0xa0, 0x10_0000, 0, 0x1000, 0, 0x10_0000, 0, 0x1000, 0, 0, 16, address, offset);
  file.write('.edata', 0x148, 'latin1');
  put(0x150, offset, address, offset, offset, 0, 0, 0, 0x4000_0040);

  const texts = ['bcryptprimitives.dll\0', 'ProcessPrng\0', 'advapi32.SystemFunction036\0'];
  const textsAt = tableSize + 12;
  file.write(texts.join(''), offset + textsAt, 'latin1');
  const [ownName = 0, exported = 0, forwarded = 0] = texts.map(
    (_, index) => address + textsAt + texts.slice(0, index).join('').length,
  );
  // The name, ordinals from 1, one function with one name, and the positions of the three lists that follow.
  const lists = address + tableSize;
  put(offset + 12, ownName, 1, 1, 1, lists, lists + 4, lists + 8, forwarded, exported, 0);
  return file;
}

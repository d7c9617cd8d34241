// A minimal writer of ZIP files (stored, not compressed), for deployment packages in tests.
const encoder = new TextEncoder();

/** @param {Record<string, string>} files */
export function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const name = encoder.encode(path);
    const data = encoder.encode(text);
    const common = [u16(20), u16(0x800), u16(0), u16(0), u16(0x5a21), u32(crc32(data)), u32(data.length), u32(data.length), u16(name.length), u16(0)];
    const local = bytes([u32(0x04034b50), ...common, name, data]);
    directory.push(bytes([u32(0x02014b50), u16(0x314), ...common, u16(0), u16(0), u16(0), u32(0o100644 * 65536), u32(offset), name]));
    parts.push(local);
    offset += local.length;
  }
  const central = bytes(directory);
  const count = u16(directory.length);
  const end = [u32(0x06054b50), u16(0), u16(0), count, count, u32(central.length), u32(offset), u16(0)];
  return bytes([...parts, central, ...end]);
}

function u16(value) {
  return Uint8Array.of(value, value >>> 8);
}

function u32(value) {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

function bytes(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function crc32(data) {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

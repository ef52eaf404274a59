// The ONNX model of one matrix product, written by hand: a protobuf message of a few fields.
const varint = (value) => {
  const bytes = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
};
const integer = (field, value) => [...varint(field << 3), ...varint(value)];
const message = (field, ...parts) => {
  const bytes = parts.flat();
  return [...varint((field << 3) | 2), ...varint(bytes.length), ...bytes];
};
const string = (field, value) => message(field, [...new TextEncoder().encode(value)]);

const ELEMENT = { float32: 1, float64: 11 };
/** ValueInfoProto: name, then type { tensor { element, shape { dimensions } } }. */
const value = (field, name, element, shape) =>
  message(
    field,
    string(1, name),
    message(
      2,
      message(1, integer(1, element), message(2, ...shape.map((length) => message(1, integer(1, length))))),
    ),
  );

/** c = a b with a m x k, b k x n. */
export function productModel(m, n, k, type) {
  const element = ELEMENT[type];
  const node = message(1, string(1, 'a'), string(1, 'b'), string(2, 'c'), string(4, 'MatMul'));
  const graph = message(
    7,
    node,
    string(2, 'product'),
    value(11, 'a', element, [m, k]),
    value(11, 'b', element, [k, n]),
    value(12, 'c', element, [m, n]),
  );
  return Uint8Array.from([...integer(1, 8), ...graph, ...message(8, string(1, ''), integer(2, 13))]);
}

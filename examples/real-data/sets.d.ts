export interface DataSet {
  readonly name: string;
  readonly columns?: readonly string[];
  readonly features: number[][];
  readonly labels: number[];
}
export interface Rows {
  readonly features: number[][];
  readonly labels: number[];
}
export function bostonHousePrices(): DataSet;
export function threesAndEights(): DataSet;
export function split(set: Rows, size: number, permutation: ArrayLike<number>): { train: Rows; test: Rows };

/** Functions that call the user's code, and those of PySpark that only name what cannot be done here. */
import { refusedMember } from "../refused-member.js";
import { type Column, type ColumnOrName, call, columnText, ofColumns } from "./call.js";

/** A registered UDF (or any function of Spark SQL) by name. @example call_udf("plus_one", "id") */
export const call_udf = (name: string, ...columns: ColumnOrName[]): Column => call(name, ...columns.map(columnText));
export const java_method = ofColumns("java_method");
export const reflect = ofColumns("reflect");
export const try_reflect = ofColumns("try_reflect");
export const udtf = (..._: readonly unknown[]): never => {
  throw refusedMember("TABLE_FUNCTION_IN_CODE", "udtf", "Return an array from a udf, and explode it.");
};
export const unwrap_udt = (_: ColumnOrName): never => {
  throw refusedMember("USER_DEFINED_TYPE", "unwrap_udt", "There are no user-defined types here.");
};

/** Partition transforms, which Delta tables do not take: a generated column does their work. */
export const years = (column: ColumnOrName): never => refuseTransform("years", column);
export const months = (column: ColumnOrName): never => refuseTransform("months", column);
export const days = (column: ColumnOrName): never => refuseTransform("days", column);
export const hours = (column: ColumnOrName): never => refuseTransform("hours", column);
export const bucket = (_count: number, column: ColumnOrName): never => refuseTransform("bucket", column);

function refuseTransform(name: string, column: ColumnOrName): never {
  const cure = `Delta tables are partitioned by columns: add one for ${name}(${columnText(column)}), or cluster by it.`;
  throw refusedMember("PARTITION_TRANSFORM", name, cure);
}

/** Functions of XML; paths are columns: `xpath_int("body", lit("/order/id"))`. */
import type { DataType } from "../../schema/data-type.js";
import { Column, type ColumnOrName, call, columnText, literalText, ofTwo } from "./call.js";
import { optionsText, schemaArgument, type TextOptions } from "./structures.js";

export const from_xml = (column: ColumnOrName, schema: string | DataType | Column, options?: TextOptions): Column =>
  call("from_xml", columnText(column), schemaArgument(schema), optionsText(options));
export const to_xml = (column: ColumnOrName, options?: TextOptions): Column =>
  call("to_xml", columnText(column), optionsText(options));
/** DDL of the schema of a sample. */
export const schema_of_xml = (xml: string | Column, options?: TextOptions): Column =>
  call("schema_of_xml", xml instanceof Column ? xml.text : literalText(xml), optionsText(options));
export const xpath = ofTwo("xpath");
export const xpath_boolean = ofTwo("xpath_boolean");
export const xpath_double = ofTwo("xpath_double");
export const xpath_float = ofTwo("xpath_float");
export const xpath_int = ofTwo("xpath_int");
export const xpath_long = ofTwo("xpath_long");
export const xpath_number = ofTwo("xpath_number");
export const xpath_short = ofTwo("xpath_short");
export const xpath_string = ofTwo("xpath_string");

import { Type, type ValueOf } from "../core/schema.ts";
import { SerialAddressSchema } from "./serial.ts";
import type { UsbDevice } from "./usb-library.ts";

const { baudRate, dataBits, stopBits, parity } = SerialAddressSchema.properties;

const usbNumber = (what: string) =>
  Type.String({ pattern: "^0x[0-9a-fA-F]{4}$", description: `${what}: 0x and four digits, as in 0x2fb8` });

/** The specification allows 255 bytes for each; the final zero is one of the 256 that Android keeps. */
const accessoryText = (what: string) =>
  Type.Optional(
    Type.String({ pattern: "^[\\x20-\\x7e]{1,255}$", description: `${what}, 1 to 255 letters and signs of ASCII` }),
  );

export const UsbAddressSchema = Type.Object(
  {
    type: Type.Literal("usb"),
    vendorId: usbNumber("the vendor's number"),
    productId: Type.Optional(usbNumber("the product's number")),
    serialNumber: Type.Optional(
      Type.String({ minLength: 1, maxLength: 126, description: "needed where two of them are plugged in" }),
    ),
    speaks: Type.Optional(
      Type.Union([Type.Literal("serial"), Type.Literal("bulk"), Type.Literal("accessory")], {
        default: "serial",
        description:
          "`serial`: it appears as a serial port; `bulk`: an interface of the vendor's own; `accessory`: an Android device, by Android Open Accessory",
      }),
    ),
    interface: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 255,
        description: "for `bulk`: which one, where a device has several interfaces of the vendor's own",
      }),
    ),
    accessory: Type.Optional(
      Type.Object(
        {
          manufacturer: accessoryText("who makes the accessory"),
          model: accessoryText("its model"),
          description: accessoryText("what a person on the device reads"),
          version: accessoryText("its version"),
          uri: accessoryText("where the device finds an app for it"),
          serial: accessoryText("its serial number"),
        },
        {
          additionalProperties: false,
          description:
            "for `accessory`: what is told to the device, which starts the app that waits for this accessory",
        },
      ),
    ),
    baudRate,
    dataBits,
    stopBits,
    parity,
  },
  { additionalProperties: false },
);
export type UsbAddress = ValueOf<typeof UsbAddressSchema>;

/** `0x2fb8:0x2001 with serial number A1`, for people. */
export function nameOfAddress({ vendorId, productId, serialNumber }: UsbAddress): string {
  const numbers = productId === undefined ? vendorId : `${vendorId}:${productId}`;
  return serialNumber === undefined ? numbers : `${numbers} with serial number ${serialNumber}`;
}

export function isAtAddress(device: UsbDevice, { vendorId, productId, serialNumber }: UsbAddress): boolean {
  return (
    device.vendorId === Number(vendorId) &&
    (productId === undefined || device.productId === Number(productId)) &&
    (serialNumber === undefined || device.serialNumber === serialNumber)
  );
}

// The office's time. A device's clock may be wrong by a day or a year, so nothing is opened, closed or deleted by it.

const HOUR = 3_600_000;

// One hour is forgiven: after a country changes its time zone, many people set an old device's clock by hand.
const NOTICEABLE = 2 * HOUR;

const began = performance.now();

/** Milliseconds since 1970 by the office's clock, running on while the page is open. @param {{now: string}} data */
export const officeTime = ({ now }) => Date.parse(now) + performance.now() - began;

/** Whether this device's clock is so wrong that the person should know. @param {{now: string}} data */
export const isClockWrong = (data) => Math.abs(Date.now() - officeTime(data)) > NOTICEABLE;

/**
 * Whether nothing of a campaign is of any use on this device any more: two days after close, in which the receipt for
 * an envelope that was stored in the last minute can still be fetched.
 * @param {{now: string}} data @param {Record<string, any>} manifest
 */
export const isOver = (data, manifest) => officeTime(data) > Date.parse(manifest.schedule.collection_closes) + 48 * HOUR;

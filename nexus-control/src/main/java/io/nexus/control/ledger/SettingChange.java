package io.nexus.control.ledger;

import java.time.Instant;

/**
 * The record of a change made at run time.
 *
 * @param version the number of the change, counted from 1
 * @param at when
 * @param actor who made it: the name of a key or its fingerprint
 * @param address where the request came from
 * @param action what was done, such as {@code budget.limit}
 * @param target the name of the budget or key
 * @param before the previous state as a JSON object; JSON {@code null} if there was none
 * @param after the new state, likewise
 * @param reason the reason given; empty if none
 */
public record SettingChange(
    long version,
    Instant at,
    String actor,
    String address,
    String action,
    String target,
    String before,
    String after,
    String reason) {}

package io.nexus.control.ledger;

import java.time.Instant;

/**
 * The record of a change that was made while gateways run.
 *
 * @param version counts all changes, from 1
 * @param at when
 * @param actor who: the name of a key or its fingerprint
 * @param address where the request came from
 * @param action what was done, such as {@code budget.limit}
 * @param target the name of the budget or key
 * @param before what was, as a JSON object; {@code null} in JSON where there was nothing
 * @param after what is, likewise
 * @param reason why, as who wanted it has said; empty if not
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

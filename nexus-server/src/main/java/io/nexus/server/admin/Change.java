package io.nexus.server.admin;

import java.time.Instant;

/**
 * A change that an administrator made.
 *
 * @param at when
 * @param actor who
 * @param action what was done, such as {@code budget.limit}
 * @param target the name of the budget or key
 * @param before what it changed, as a JSON object; {@code null} in JSON where there was nothing
 * @param after what it is now, likewise
 */
public record Change(
    Instant at, Actor actor, String action, String target, String before, String after) {}

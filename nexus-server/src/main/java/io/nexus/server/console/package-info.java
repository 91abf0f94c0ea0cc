/**
 * The console: the page for seeing and changing budgets, and the read-only admin routes that only
 * it uses. Start at {@code Console}.
 *
 * <p>The page itself is JavaScript in this module's resources and gets all data from the admin API.
 * Its files are read when it is first opened. This package may not import {@code dialect}, and only
 * the wiring imports it.
 */
package io.nexus.server.console;

/**
 * The console: the page on which budgets are seen and steered, and the read-only admin routes that
 * only it needs. Start at {@code Console}.
 *
 * <p>The page itself is JavaScript in this module's resources; it asks the admin API for all that
 * it shows. Nothing of it is read before somebody first opens it. This package may not import
 * {@code dialect}, and none but the wiring imports it.
 */
package io.nexus.server.console;

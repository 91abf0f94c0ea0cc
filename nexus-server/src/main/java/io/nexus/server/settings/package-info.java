/**
 * The configuration in force: the file's keys and budgets, and administrators' changes at run time.
 * Start at {@link io.nexus.server.settings.ControlPlane}. It imports no route and nothing of the
 * admin API.
 */
package io.nexus.server.settings;

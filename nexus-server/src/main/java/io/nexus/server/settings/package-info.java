/**
 * What is in force: the file's keys and budgets, and what administrators have made or changed while
 * gateways run. Start at {@link io.nexus.server.settings.ControlPlane}. It imports no route and
 * nothing of the admin API.
 */
package io.nexus.server.settings;

/**
 * Tells people what needs them: thresholds of budgets and events, sent as webhooks, each once by
 * all gateways together. Start at {@code Alerts}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.alert;

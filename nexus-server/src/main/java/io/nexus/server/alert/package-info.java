/**
 * Notifies operators of budget thresholds and other events by webhooks, each once by all gateways
 * together. Start at {@code Alerts}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.alert;

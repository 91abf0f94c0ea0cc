/**
 * What is changed while gateways run, as one gateway knows it. Start at {@link
 * io.nexus.control.settings.Settings}. It knows nothing of what the settings mean, and imports the
 * ledger's records alone.
 */
package io.nexus.control.settings;

/**
 * The settings that are changed at run time, as one gateway knows them. Start at {@link
 * io.nexus.control.settings.Settings}. It does not interpret the settings, and imports only the
 * ledger's records.
 */
package io.nexus.control.settings;

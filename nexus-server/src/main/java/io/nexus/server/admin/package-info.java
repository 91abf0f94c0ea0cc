/**
 * The admin API below {@code /admin/v1}: keys, teams, budgets, limits, backends, the record of
 * changes. Start at {@code AdminApi}. Each handler checks the administrator's role first.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.admin;

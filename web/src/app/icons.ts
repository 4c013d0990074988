// SPDX-License-Identifier: Apache-2.0
import BookOpen from '@lucide/svelte/icons/book-open';
import Database from '@lucide/svelte/icons/database';
import FileUp from '@lucide/svelte/icons/file-up';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import Lightbulb from '@lucide/svelte/icons/lightbulb';
import ListOrdered from '@lucide/svelte/icons/list-ordered';
import ListTodo from '@lucide/svelte/icons/list-todo';
import MapIcon from '@lucide/svelte/icons/map';
import ScanSearch from '@lucide/svelte/icons/scan-search';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Settings from '@lucide/svelte/icons/settings';
import Users from '@lucide/svelte/icons/users';
import Waypoints from '@lucide/svelte/icons/waypoints';
import Zap from '@lucide/svelte/icons/zap';

export const icons: Record<string, typeof MapIcon> = {
  overview: LayoutDashboard,
  records: Database,
  map: MapIcon,
  dependencies: Waypoints,
  inference: Lightbulb,
  imports: FileUp,
  check: ScanSearch,
  ranking: ListOrdered,
  simulate: Zap,
  jobs: ListTodo,
  log: ScrollText,
  users: Users,
  dictionary: BookOpen,
  settings: Settings,
};

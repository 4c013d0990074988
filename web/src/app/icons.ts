// SPDX-License-Identifier: Apache-2.0
import BookHeart from '@lucide/svelte/icons/book-heart';
import BookOpen from '@lucide/svelte/icons/book-open';
import ChartSpline from '@lucide/svelte/icons/chart-spline';
import ClipboardCheck from '@lucide/svelte/icons/clipboard-check';
import Database from '@lucide/svelte/icons/database';
import Dices from '@lucide/svelte/icons/dices';
import Factory from '@lucide/svelte/icons/factory';
import FileUp from '@lucide/svelte/icons/file-up';
import Handshake from '@lucide/svelte/icons/handshake';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import Library from '@lucide/svelte/icons/library';
import Landmark from '@lucide/svelte/icons/landmark';
import Lightbulb from '@lucide/svelte/icons/lightbulb';
import Link from '@lucide/svelte/icons/link';
import ListOrdered from '@lucide/svelte/icons/list-ordered';
import ListTodo from '@lucide/svelte/icons/list-todo';
import MapIcon from '@lucide/svelte/icons/map';
import ListChecks from '@lucide/svelte/icons/list-checks';
import Megaphone from '@lucide/svelte/icons/megaphone';
import Plane from '@lucide/svelte/icons/plane';
import ScanEye from '@lucide/svelte/icons/scan-eye';
import ScanSearch from '@lucide/svelte/icons/scan-search';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Settings from '@lucide/svelte/icons/settings';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import ShieldAlert from '@lucide/svelte/icons/shield-alert';
import ShieldQuestion from '@lucide/svelte/icons/shield-question-mark';
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
  chains: Link,
  sectors: Factory,
  portfolio: ShieldCheck,
  simulate: Zap,
  scenarios: Dices,
  runs: ChartSpline,
  assessments: ClipboardCheck,
  provisions: Library,
  questionnaires: ListChecks,
  assistance: Handshake,
  releases: ShieldQuestion,
  strategy: Landmark,
  aviation: Plane,
  weapons: ScanEye,
  'soft-targets': Users,
  library: BookHeart,
  awareness: Megaphone,
  jobs: ListTodo,
  log: ScrollText,
  security: ShieldAlert,
  users: Users,
  dictionary: BookOpen,
  settings: Settings,
};

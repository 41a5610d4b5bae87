import { markers } from '../made-there.ts'
import { definePreset } from '../preset.ts'

export default definePreset({
  id: 'django',
  title: 'Django',
  why: 'One folder holds code, the virtual environment and what `collectstatic` gathers; only the first belongs in the repository. Add your MEDIA_ROOT to `roots` as uploads when it is large or lies elsewhere.',
  roots: [{ from: '', to: '', uploads: false }],
  exclude: [
    '__pycache__/',
    '*.pyc',
    '/venv/',
    '/.venv/',
    '/env/',
    '/virtualenv/',
    '/node_modules/',
    // The usual names of STATIC_ROOT, which `collectstatic` fills.
    '/staticfiles/',
    '/static_root/',
    '/collected_static/',
    '/logs/',
    'local_settings.py',
    'settings_local.py',
    'celerybeat-schedule*',
    '*.sock',
    '*.pid',
    ...markers,
  ],
  notDeployed: [],
  revision: ['REVISION'],
  tells: [['manage.py']],
  examples: {
    path: '/srv/shop',
    read: {
      'shop/settings.py': 'shop/settings.py',
      'orders/models.py': 'orders/models.py',
      'media/logo.png': 'media/logo.png',
    },
    left: [
      'venv/bin/python',
      'orders/__pycache__/models.cpython-312.pyc',
      'staticfiles/admin/css/base.css',
      'shop/local_settings.py',
      'logs/gunicorn.txt',
      'gunicorn.sock',
    ],
  },
})
